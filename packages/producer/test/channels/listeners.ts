import { channel, tracingChannel } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'
import type { ChannelContexts, ChannelMessages } from '../../src/index.js'

/** The messages of a channel from now on, until the test is over or `stop` is called. */
export function messagesOf<Name extends keyof ChannelMessages>(
  name: Name,
): { messages: ChannelMessages[Name][]; stop(): void } {
  const messages: ChannelMessages[Name][] = []
  const stop = listen(name, (message) => void messages.push(message))
  return { messages, stop }
}

/** Calls the listener for each message until the test is over. @returns what ends it before */
export function listen<Name extends keyof ChannelMessages>(
  name: Name,
  listener: (message: ChannelMessages[Name]) => void,
): () => void {
  const onMessage = (message: unknown): void => listener(message as ChannelMessages[Name])
  const listened = channel(name)
  listened.subscribe(onMessage)
  const stop = (): void => listened.unsubscribe(onMessage)
  onTestFinished(stop)
  return stop
}

/** What a tracing channel tells from now on: the names of its five channels, each with the context, until the test is over. */
export function tracesOf<Name extends keyof ChannelContexts>(
  name: Name,
): { told: [string, ChannelContexts[Name]][]; stop(): void } {
  const told: [string, ChannelContexts[Name]][] = []
  const tell =
    (event: string) =>
    (context: object): void =>
      void told.push([event, context as ChannelContexts[Name]])
  const subscribers = {
    start: tell('start'),
    end: tell('end'),
    asyncStart: tell('asyncStart'),
    asyncEnd: tell('asyncEnd'),
    error: tell('error'),
  }
  const traced = tracingChannel<object, object>(name)
  traced.subscribe(subscribers)
  const stop = (): void => traced.unsubscribe(subscribers)
  onTestFinished(stop)
  return { told, stop }
}
