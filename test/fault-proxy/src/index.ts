export { createFaultProxy, type FaultProxy, type FaultProxyOptions } from './fault-proxy.js'
export type { AnswerFrame, Direction, Pace, RequestFrame, Verdict } from './faults.js'
export { createFaultProxies, type FaultProxies } from './fault-proxies.js'
export { answerBody, rewritten } from './rewrite.js'
