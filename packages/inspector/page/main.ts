import { byId, inputById, setText } from './dom.js'
import { Snapshots } from './snapshots.js'
import { type StreamListener, watch } from './stream.js'
import { tokenOfHash } from './token.js'
import { showBrokers } from './view/brokers.js'
import { showEvents } from './view/events.js'
import { showEnds, showMemory, showTopics } from './view/figures.js'
import { showLatency } from './view/histogram.js'
import { showPartitions } from './view/partitions.js'
import { showReasons, stateText } from './view/reasons.js'
import { showTimeLine } from './view/time-line.js'

const snapshots = new Snapshots()
const links = {
  live: { sign: '●', look: 'good' },
  lost: { sign: '✕', look: 'bad' },
  ended: { sign: '■', look: '' },
  refused: { sign: '✕', look: 'bad' },
} as const
let isDrawing = false
let isWatching = false

/** Draws once for each picture of the screen, however many snapshots have come. */
function draw(): void {
  if (isDrawing) return
  isDrawing = true
  requestAnimationFrame(() => {
    isDrawing = false
    const { shown, all, index } = snapshots
    if (shown === undefined) return
    showTimeLine(snapshots)
    showState()
    showReasons(shown)
    showEnds(shown)
    showPartitions(all, index)
    showBrokers(shown)
    showLatency(shown)
    showMemory(shown)
    showTopics(shown)
    showEvents(shown)
  })
}

function showState(): void {
  const { isReady, reason, producer } = snapshots.shown!
  const badge = byId('status')
  badge.dataset['sign'] = isReady ? '✓' : '!'
  badge.className = `badge ${isReady ? 'good' : 'warn'}`
  setText(badge, stateText(reason))
  setText(byId('producer'), `producer ${producer}`)
}

const listener: StreamListener = {
  onSnapshot(snapshot) {
    snapshots.add(snapshot)
    draw()
  },
  onState(state, text) {
    const badge = byId('link')
    const { sign, look } = links[state]
    badge.dataset['sign'] = sign
    badge.className = `badge ${look}`
    setText(badge, state === 'refused' ? 'no token' : text)
    const form = byId('token-form')
    form.hidden = state !== 'refused'
    byId('main').hidden = state === 'refused'
    if (state !== 'refused') return
    setText(byId('token-why'), text)
    byId('token').focus()
  },
}

byId('pause').addEventListener('click', () => {
  if (snapshots.isPaused) snapshots.resume()
  else snapshots.pause()
  draw()
})
byId('moment').addEventListener('input', ({ target }) => {
  if (target instanceof HTMLInputElement) snapshots.pause(Number(target.value))
  draw()
})
byId('theme').addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement) document.documentElement.dataset['theme'] = target.value
})
byId('token-form').addEventListener('submit', (event) => {
  event.preventDefault()
  void start(inputById('token').value.trim())
})
window.addEventListener('hashchange', () => void start(tokenOfAddress()))

/** One stream at a time, however often the button is pressed. */
async function start(token: string | null): Promise<void> {
  if (isWatching) return
  isWatching = true
  await watch(token, listener)
  isWatching = false
}

/** What stands behind `#` is sent to no server. It is taken out of the address, so that it is in no history. */
function tokenOfAddress(): string | null {
  const token = tokenOfHash(location.hash)
  if (token !== null) history.replaceState(null, '', location.pathname)
  return token
}

void start(tokenOfAddress())
