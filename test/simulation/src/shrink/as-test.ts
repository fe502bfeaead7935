import type { Scenario } from '../scenario/scenario.js'

/** A test to paste into `test/found.test.ts`. */
export function asTest(scenario: Scenario, finding: string): string {
  const { actions, faults, ...rest } = scenario
  return [
    `// ${finding}`,
    `test('say here what must hold', () =>`,
    `  inReplacedProcess(async () => {`,
    `    const outcome = await simulate({`,
    ...Object.entries(rest).map(([name, value]) => `      ${name}: ${JSON.stringify(value)},`),
    ...listed('actions', actions),
    ...listed('faults', faults),
    `    })`,
    `    expect(outcome.findings).toEqual([])`,
    `  }))`,
  ].join('\n')
}

function listed(name: string, items: readonly unknown[]): string[] {
  return [
    `      ${name}: [`,
    ...items.map((item) => `        ${JSON.stringify(item)},`),
    `      ],`,
  ]
}
