import type { PipelineEvent, Snapshot } from '../../src/model/snapshot.js'
import { byId, drawingById, element, inputById, setNumber, setText, syncList } from '../dom.js'
import { clockTime, count, duration } from '../format.js'
import type { Snapshots } from '../snapshots.js'
import { eventKey } from './event-key.js'
import { signs } from './events.js'

const [width, height] = [600, 86]
/** So many points are drawn. */
const points = 300

/** Draws the last minutes, and where in them the page looks. */
export function showTimeLine(snapshots: Snapshots): void {
  const { all, index, isPaused } = snapshots
  const shown = all[index]!
  drawLine('rate', all, ({ rates }) => rates.acknowledged)
  drawLine('pending', all, ({ records }) => records.pending)
  const here = drawingById('chart-here')
  const x = String(all.length < 2 ? width : (index / (all.length - 1)) * width)
  here.setAttribute('x1', x)
  here.setAttribute('x2', x)
  drawingById('chart').setAttribute('aria-label', describe(all))
  showMarks(all)
  showControls(all, index, isPaused, shown)
}

function drawLine(id: string, all: readonly Snapshot[], valueOf: (one: Snapshot) => number): void {
  const most = Math.max(1, ...all.map(valueOf))
  setText(byId(`most-${id}`), count(most))
  const step = Math.max(1, Math.ceil(all.length / points))
  const parts: string[] = []
  for (let index = 0; index < all.length; index += step) {
    const highest = Math.max(...all.slice(index, index + step).map(valueOf))
    const x = (index / Math.max(1, all.length - 1)) * width
    parts.push(
      `${parts.length === 0 ? 'M' : 'L'}${x.toFixed(1)} ${(height + 2 - (highest / most) * height).toFixed(1)}`,
    )
  }
  drawingById(`chart-${id}`).setAttribute('d', parts.join(''))
}

/** One sign for each kind of event and each twentieth of the time line, so that none lies on another. */
function showMarks(all: readonly Snapshot[]): void {
  const [first, last] = [all[0]!.at, all.at(-1)!.at]
  const span = Math.max(1, last - first)
  const marks = new Map<string, PipelineEvent>()
  for (const event of all.at(-1)!.events)
    if (event.at >= first && event.kind !== 'metadata')
      marks.set(String(Math.floor(((event.at - first) / span) * 30)), event)
  syncList(
    byId('chart-marks'),
    [...marks.values()],
    eventKey,
    ({ kind, text }) => {
      const mark = element('span', '', signs[kind])
      mark.title = text
      return mark
    },
    (mark, { at }) => setNumber(mark, '--at', Math.round(((at - first) / span) * 1_000) / 1_000),
  )
}

function showControls(
  all: readonly Snapshot[],
  index: number,
  isPaused: boolean,
  shown: Snapshot,
): void {
  const button = byId('pause')
  button.ariaPressed = String(isPaused)
  setText(button, isPaused ? 'Go on' : 'Pause')
  const slider = inputById('moment')
  slider.max = String(all.length - 1)
  slider.value = String(index)
  const agoMs = all.at(-1)!.at - shown.at
  const text = isPaused ? `${clockTime(shown.at)}, ${duration(agoMs)} ago` : 'now'
  slider.ariaValueText = text
  setText(byId('moment-text'), text)
}

function describe(all: readonly Snapshot[]): string {
  const rates = all.map(({ rates: { acknowledged } }) => acknowledged)
  const pending = all.map(({ records }) => records.pending)
  const over = duration(all.at(-1)!.at - all[0]!.at)
  return `Over ${over}: acknowledged a second now ${count(rates.at(-1)!)}, highest ${count(Math.max(...rates))}; records pending now ${count(pending.at(-1)!)}, highest ${count(Math.max(...pending))}`
}
