import { Application, ReflectionKind } from 'typedoc'

/*
 * A plugin for typedoc: a constant whose type is inferred needs a comment, but its properties do not. They are Kafka's
 * own fields in the descriptions of messages, and defaults of options that are documented at the option.
 */

export function load(app) {
  app.on(Application.EVENT_PROJECT_REVIVE, (project) => {
    const names = project
      .getReflectionsByKind(ReflectionKind.Property)
      .filter((property) => isPartOfConstant(property) && !property.hasComment())
      .map((property) => property.getFriendlyFullName())
    app.options.setValue('intentionallyNotDocumented', [...new Set(names)])
  })
}

function isPartOfConstant({ parent }) {
  if (parent === undefined) return false
  return parent.kindOf(ReflectionKind.Variable) || isPartOfConstant(parent)
}
