import type { Snapshot } from '../../src/model/snapshot.js'
import { byId, element, setNumber, setText, showPairs, syncList } from '../dom.js'
import { bytes, count, duration, plural } from '../format.js'

/** The calls at the one end of the pipeline, and the acknowledgements at the other. */
export function showEnds({ records, rates, transactions }: Snapshot): void {
  showPairs(byId('calls'), [
    ['records/s', count(rates.sent)],
    ['sent', count(records.sent)],
    ['pending', count(records.pending)],
    ['wait for room', count(records.waiting)],
    ['oldest', duration(records.oldestMs)],
  ])
  const { isOpen, committed, aborted } = transactions ?? {}
  showPairs(byId('ends'), [
    ['records/s', count(rates.acknowledged)],
    ['in the log', count(records.acknowledged)],
    ['failed', count(records.failed)],
    ['sent again', count(records.retried)],
    ...Object.entries(records.errors).map(([code, number]) => [code, count(number)] as const),
    ...(transactions === null
      ? []
      : [
          [
            'transactions',
            `${count(committed ?? 0)} ✓ ${count(aborted ?? 0)} ✕${isOpen === true ? ' …' : ''}`,
          ] as const,
        ]),
  ])
  showFlow({
    'stage-calls': rates.sent,
    'stage-partitions': rates.requests,
    'stage-brokers': rates.acknowledged,
  })
}

/** The dashes between the stages move while records do, and faster with more of them. */
function showFlow(rates: Record<string, number>): void {
  for (const [id, rate] of Object.entries(rates)) {
    const stage = byId(id)
    stage.classList.toggle('moves', rate > 0)
    const pace = `${(2 / Math.max(1, Math.log10(rate + 1))).toFixed(1)}s`
    if (stage.style.getPropertyValue('--pace') !== pace) stage.style.setProperty('--pace', pace)
  }
}

export function showMemory({ memory, queueTime }: Snapshot): void {
  const { used, total, waiting } = memory
  const share = total > 0 ? used / total : 0
  const meter = byId('memory-meter')
  meter.ariaValueMax = String(total)
  meter.ariaValueNow = String(used)
  meter.ariaValueText = `${bytes(used)} of ${bytes(total)}`
  meter.classList.toggle('full', share > 0.5)
  setNumber(meter.firstElementChild as HTMLElement, '--share', share)
  showPairs(byId('memory'), [
    ['in use', `${bytes(used)} (${Math.round(share * 100)} %)`],
    ['bufferBytes', bytes(total)],
    ['of waiting records, beside it', bytes(waiting)],
    ['time in the queue, half of batches', duration(queueTime.p50)],
    ['99 of 100', duration(queueTime.p99)],
  ])
}

export function showTopics({ topics, otherTopics }: Snapshot): void {
  syncList(
    byId('topics'),
    topics,
    ({ name }) => name,
    () => element('tr', '', ...Array.from({ length: 4 }, () => element('td'))),
    (row, { name, rate, failed, retried }) =>
      [name, count(rate), count(failed), count(retried)].forEach((text, index) =>
        setText(row.children[index]!, text),
      ),
  )
  setText(byId('more-topics'), otherTopics > 0 ? `and ${plural(otherTopics, 'topic')} more` : '')
}
