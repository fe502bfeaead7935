import { describe, expect, it } from 'vitest'
import { LinkedList } from '../src/front/lists/linked-list.js'

function listOf(...items: string[]) {
  const list = new LinkedList<string>()
  return { list, links: items.map((item) => list.add(item)) }
}

describe('a linked list', () => {
  it('keeps the order of adding, whoever leaves', () => {
    const { list, links } = listOf('a', 'b', 'c', 'd', 'e')
    for (const at of [2, 0, 4]) expect(links[at]!.remove()).toBe(true)
    list.add('f')
    expect([...list]).toEqual(['b', 'd', 'f'])
    expect([list.size, list.first]).toEqual([3, 'b'])
  })

  it('takes an item in before another one', () => {
    const { list, links } = listOf('b', 'd')
    list.addBefore(links[0]!, 'a')
    list.addBefore(links[1]!, 'c').remove()
    list.addBefore(links[1]!, 'C')
    expect([...list]).toEqual(['a', 'b', 'C', 'd'])
    expect([list.size, list.first, list.last]).toEqual([4, 'a', 'd'])
  })

  it('lets nobody leave twice', () => {
    const { list, links } = listOf('a', 'b')
    expect(links[0]!.remove()).toBe(true)
    expect(links[0]!.remove()).toBe(false)
    expect([list.size, list.first]).toEqual([1, 'b'])
  })

  it('is empty once all have left, and can be used again', () => {
    const { list, links } = listOf('a', 'b')
    list.removeFirst()
    links[1]!.remove()
    list.removeFirst()
    expect([list.size, list.first, ...list]).toEqual([0, null])
    list.add('c')
    expect([...list]).toEqual(['c'])
  })

  it('keeps nobody whom only the place of one that left leads to', () => {
    const { links } = listOf('a', 'b', 'c')
    links[1]!.remove()
    links[0]!.remove()
    expect(links[0]).toMatchObject({ list: null, before: null, after: null })
    expect(links[1]).toMatchObject({ list: null, before: null, after: null })
  })

  it('lets the item at hand leave while it is walked through', () => {
    const { list, links } = listOf('a', 'b', 'c')
    const seen = []
    for (const item of list) {
      seen.push(item)
      links[seen.length - 1]!.remove()
    }
    expect([seen, list.size]).toEqual([['a', 'b', 'c'], 0])
  })
})
