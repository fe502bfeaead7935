import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer, type Producer } from '@sluice/producer'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../../tooling/open-browser.js'
import { type Inspector, inspectProducer } from '../src/index.js'
import { load } from './load.js'

/** To be looked at after a change. git ignores them. */
const pictures = fileURLToPath(new URL('../screenshots/', import.meta.url))
/** A page that says anything on its console, or breaks its content security policy, has a fault. */
const complaints: string[] = []
let browser: Browser

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  browser = await openBrowser()
})
afterAll(() => browser.close())
afterEach(() => expect(complaints.splice(0)).toEqual([]))

interface Stand extends AsyncDisposable {
  /** Resolves when nothing more is sent. */
  stopLoad(): Promise<void>
  readonly cluster: EmbeddedCluster
  readonly producer: Producer
  readonly inspector: Inspector
  readonly page: Page
}

/** A producer under load, and a browser that watches it. */
async function watched(partitions: number, { perSecond = 5_000, token = '' } = {}): Promise<Stand> {
  const cluster = await createEmbeddedCluster({ brokers: 3, topics: { orders: { partitions } } })
  const producer = createProducer({ bootstrapServers: cluster.bootstrapServers })
  const inspector = await inspectProducer(producer, { port: 0, ...(token && { token }) })
  const stop = new AbortController()
  const { signal } = stop
  const loaded = load(producer, 'orders', { perSecond, partitions, signal })
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  page.setDefaultTimeout(15_000)
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  await page.goto(inspector.url)
  const stopLoad = (): Promise<void> => {
    stop.abort()
    return loaded
  }
  const dispose = async (): Promise<void> => {
    await stopLoad()
    await page.close()
    await producer.close({ timeoutMs: 0 })
    await inspector.close()
    await cluster.close()
  }
  return { cluster, producer, inspector, page, stopLoad, [Symbol.asyncDispose]: dispose }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** The picture of the whole page at both widths, light and dark. */
async function photograph(page: Page, name: string): Promise<void> {
  for (const width of [1280, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      await pause(400)
      await page.screenshot({
        path: `${pictures}${name}-${width}-${colorScheme}.png`,
        fullPage: true,
      })
      const widest = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect([width, widest]).toEqual([width, width])
    }
  await page.setViewportSize({ width: 1280, height: 900 })
}

test('a broker that is paused and resumed: the page shows the stall, the growing deques and the recovery', async () => {
  await using stand = await watched(12)
  const { cluster, page } = stand
  const reasons = page.getByRole('region', { name: 'What waits, and why' })
  await page.getByText('Nothing is stuck').waitFor()
  await page.locator('#brokers li').nth(2).waitFor()
  await photograph(page, 'flowing')
  cluster.brokers[1]!.pause()
  await reasons.getByText(/Broker 1 has answered nothing for \d/).waitFor()
  const stalled = page.locator('#partitions li.late').first()
  await stalled.waitFor()
  const batches = async (): Promise<number> =>
    Number(/(\d+) batch/.exec(await stalled.locator('.text').innerText())?.[1])
  const before = await batches()
  await expect.poll(batches, { timeout: 20_000 }).toBeGreaterThan(before + 2)
  expect(await stalled.innerText()).toContain('broker 1')
  expect(await page.locator('#brokers li.slow h3').innerText()).toContain('Broker 1')
  await photograph(page, 'stalled')
  cluster.brokers[1]!.resume()
  await reasons.getByText(/Broker 1 has answered nothing/).waitFor({ state: 'detached' })
  await expect.poll(() => page.locator('#partitions li.late').count()).toBe(0)
  await page.getByText(/broker 1 answers again, after about \d+ s/).waitFor()
  await photograph(page, 'recovered')
})

test('leaders that move, retries and a lost connection are told', async () => {
  await using stand = await watched(3)
  const { cluster, page } = stand
  const events = page.getByRole('list', { name: 'Events' })
  await page.locator('#brokers li').nth(2).waitFor()
  cluster.moveLeader('orders', 0, 2)
  await events.getByText(/orders-0 moved from broker 0 to broker 2/).waitFor()
  await events
    .getByText(/are sent again/)
    .first()
    .waitFor()
  await cluster.brokers[1]!.stop()
  await events
    .getByText(/the connection to broker 1 .* was closed/)
    .first()
    .waitFor()
  expect(await page.locator('#brokers li.out h3').innerText()).toContain('Broker 1')
  await photograph(page, 'moved')
})

test('a thousand partitions are twenty-four rows and a sum, in few elements', async () => {
  await using stand = await watched(1_000, { perSecond: 3_000 })
  const { page, cluster } = stand
  await page.locator('#brokers li').nth(2).waitFor()
  cluster.brokers[1]!.pause()
  await page.getByText(/and [23]\d\d partitions more: .* batches/).waitFor()
  expect(await page.locator('#partitions li').count()).toBe(24)
  expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(600)
  await photograph(page, 'thousand')
})

test('the time line is paused, looked back at and left by the keyboard alone', async () => {
  await using stand = await watched(3)
  const { page } = stand
  await page.locator('#brokers li').nth(2).waitFor()
  await pause(1_500)
  const button = page.getByRole('button', { name: 'Pause' })
  const slider = page.getByRole('slider', { name: 'Look back' })
  for (let tabs = 0; tabs < 5; tabs++) {
    if ((await button.and(page.locator(':focus')).count()) === 1) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  const sent = page.locator('#calls dd').nth(1)
  await page.getByRole('button', { name: 'Go on', pressed: true }).waitFor()
  const paused = await sent.innerText()
  await pause(600)
  expect(await sent.innerText()).toBe(paused)
  await page.keyboard.press('Tab')
  expect(await slider.and(page.locator(':focus')).count()).toBe(1)
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft')
  await expect.poll(() => sent.innerText()).not.toBe(paused)
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^\d\d:\d\d:\d\d, .* ago$/)
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Pause', pressed: false }).waitFor()
})

test('everything has a name for a screen reader, and the picture is said in words', async () => {
  await using stand = await watched(3)
  const { page } = stand
  await page.locator('#brokers li').nth(2).waitFor()
  for (const name of [
    'What waits, and why',
    'Time line',
    'Calls, partitioner',
    'Batches of each partition',
    'Brokers, requests in flight',
    'Acknowledgements',
    'Latency of Produce requests',
    'Memory for records',
    'Topics',
    'Events',
  ])
    expect([name, await page.getByRole('region', { name, exact: true }).count()]).toEqual([name, 1])
  await page.getByRole('img', { name: /^Over .*: acknowledged a second now \d/ }).waitFor()
  await page.getByRole('img', { name: /^Requests of a sample/ }).waitFor()
  const meter = page.getByRole('meter', { name: 'Memory for records' })
  expect(await meter.getAttribute('aria-valuetext')).toMatch(/B of \d/)
  const nameless = await page.evaluate<number>(`
    [...document.querySelectorAll('button, input, select, svg')].filter((one) =>
      !one.closest('[hidden]') && !one.textContent.trim() && !one.getAttribute('aria-label') &&
      one.labels?.length !== 1).length`)
  expect(nameless).toBe(0)
})

test('with a token the page shows nothing until it is given, and keeps it out of the address', async () => {
  const token = 'a-token-of-this-test'
  await using stand = await watched(3, { token })
  const { page, inspector } = stand
  await page.getByText('This page needs its token.').waitFor()
  expect(await page.locator('main').isVisible()).toBe(false)
  await page.getByLabel('Token').fill('not-the-right-token')
  await page.keyboard.press('Enter')
  await page.getByText('This is not the token.').waitFor()
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByText('Nothing is stuck').waitFor()
  const other = await browser.newPage()
  await other.goto(`${inspector.url}#token=${token}`)
  await other.locator('#brokers li').nth(2).waitFor()
  expect(other.url()).toBe(inspector.url)
  await other.close()
  // A refused answer is told on the console by the browser itself.
  expect(complaints.splice(0).every((text) => text.includes('401'))).toBe(true)
})

test('a link of another site opens the page, and a frame of it does not', async () => {
  await using stand = await watched(3)
  const { url } = stand.inspector
  const body = `<a href="${url}">open it</a><iframe src="${url}"></iframe>`
  const site = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html').end(body)
  })
  await once(site.listen(0, '127.0.0.1'), 'listening')
  const other = await browser.newPage()
  const statuses: number[] = []
  other.on('response', (one) => void (one.url() === url && statuses.push(one.status())))
  // By another name this machine is another site.
  await other.goto(`http://localhost:${portOf(site)}/`)
  await other.getByText('open it').click()
  await other.locator('#brokers li').nth(2).waitFor()
  expect(other.url()).toBe(url)
  expect(statuses).toEqual([403, 200])
  await other.close()
  site.close()
})

test('a page whose producer is closed says so, and nothing of a record is anywhere in it', async () => {
  await using stand = await watched(3)
  const { page, producer } = stand
  await page.locator('#brokers li').nth(2).waitFor()
  await stand.stopLoad()
  await producer.close({ timeoutMs: 0 })
  await page.getByText('the producer is closed').waitFor()
  expect(await page.content()).not.toContain('secret')
})
