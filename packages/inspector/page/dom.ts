/** The element of `index.html` with this id. */
export function byId(id: string): HTMLElement {
  const found = document.querySelector(`#${id}`)
  if (found instanceof HTMLElement) return found
  throw new Error(`the page has no element #${id}`)
}

/** The same for a drawing and what is in it. */
export function drawingById(id: string): SVGElement {
  const found = document.querySelector(`#${id}`)
  if (found instanceof SVGElement) return found
  throw new Error(`the page has no drawing #${id}`)
}

/** The same for a field of a form. */
export function inputById(id: string): HTMLInputElement {
  const found = byId(id)
  if (found instanceof HTMLInputElement) return found
  throw new Error(`#${id} is no field`)
}

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

/** Writes only what has changed, so that a reader of the screen and the layout have nothing to do. */
export function setText(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

export function setNumber(node: HTMLElement, name: string, value: number): void {
  const text = String(value)
  if (node.style.getPropertyValue(name) !== text) node.style.setProperty(name, text)
}

/** Keeps one child for each item, in the order of the items. Children are kept by key, so the focus and the layout stay. */
export function syncList<Item>(
  parent: Element,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  create: (item: Item) => HTMLElement,
  update: (child: HTMLElement, item: Item) => void,
): void {
  const kept = new Map<string, HTMLElement>()
  for (const child of parent.children)
    if (child instanceof HTMLElement) kept.set(child.dataset['key'] ?? '', child)
  const wanted = items.map((item) => {
    const child = kept.get(keyOf(item)) ?? create(item)
    child.dataset['key'] = keyOf(item)
    update(child, item)
    return child
  })
  const isSame =
    wanted.length === parent.children.length &&
    wanted.every((child, index) => parent.children[index] === child)
  if (!isSame) parent.replaceChildren(...wanted)
}

/** Fills a list of names and values. A pair without a name is a large figure. */
export function showPairs(
  list: Element,
  pairs: readonly (readonly [name: string, value: string])[],
): void {
  const texts = pairs.flat()
  if (list.children.length !== texts.length)
    list.replaceChildren(...pairs.flatMap(() => [element('dt'), element('dd')]))
  texts.forEach((text, index) => setText(list.children[index]!, text))
}
