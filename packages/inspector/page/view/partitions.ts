import type { Snapshot } from '../../src/model/snapshot.js'
import { byId, element, setNumber, setText, syncList } from '../dom.js'
import { count, duration, plural } from '../format.js'
import { otherPartitions, partitionRows, type Queue, rowName } from './rows.js'

/** From here on a batch is called late. */
const lateMs = 1_000

/** Draws the deque of each partition, and the sum of those without a row. */
export function showPartitions(all: readonly Snapshot[], index: number): void {
  const rows = partitionRows(all, index)
  syncList(byId('partitions'), rows, rowName, createRow, updateRow)
  const more = otherPartitions(all[index]!, rows)
  const text = `and ${plural(more.partitions, 'partition')} more: ${plural(more.batches, 'batch')}, ${plural(more.records, 'record')}`
  setText(byId('more-partitions'), more.partitions > 0 ? text : '')
}

function createRow(queue: Queue): HTMLElement {
  const name = element('span', 'name', rowName(queue))
  name.title = rowName(queue)
  const deque = element('span', 'deque', element('i'), element('b'))
  deque.ariaHidden = 'true'
  return element('li', '', name, element('span', 'leader'), deque, element('span', 'text'))
}

function updateRow(row: HTMLElement, queue: Queue): void {
  const { leader, sealedBatches, openShare, oldestMs } = queue
  const [, ofLeader, deque, text] = row.children
  setText(ofLeader!, leader === null ? 'no leader' : `→ broker ${leader}`)
  const [open, sealed] = deque!.children as unknown as [HTMLElement, HTMLElement]
  open.classList.toggle('none', openShare === null)
  setNumber(open, '--share', openShare ?? 0)
  setNumber(sealed, '--count', sealedBatches)
  setNumber(sealed, '--cell', cellWidth(sealedBatches))
  row.classList.toggle('late', oldestMs >= lateMs)
  setText(text!, queue.records === 0 ? 'empty' : textOf(queue))
}

/** In pixels: the more batches, the narrower each of them. What does not fit is told by the text. */
function cellWidth(batches: number): number {
  if (batches <= 8) return 12
  return batches <= 20 ? 6 : 3
}

function textOf({ sealedBatches, openShare, oldestMs }: Queue): string {
  const batches = sealedBatches + (openShare === null ? 0 : 1)
  return `${count(batches)} ${batches === 1 ? 'batch' : 'batches'} · ${duration(oldestMs)}`
}
