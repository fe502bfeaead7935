import { Application, ReflectionKind } from 'typedoc'

/*
 * A plugin for typedoc: two kinds of properties need no comment. Those of a constant whose type is inferred, since the
 * defaults of options are documented at the option; and the fields in descriptions of messages, which are Kafka's own.
 */

export function load(app) {
  app.on(Application.EVENT_PROJECT_REVIVE, (project) => {
    const names = project
      .getReflectionsByKind(ReflectionKind.Property)
      .filter((property) => isPartOfConstant(property) || isFieldOfMessage(project, property))
      .filter((property) => !property.hasComment())
      .map((property) => property.getFriendlyFullName())
    app.options.setValue('intentionallyNotDocumented', [...new Set(names)])
  })
}

function isPartOfConstant({ parent }) {
  if (parent === undefined) return false
  return parent.kindOf(ReflectionKind.Variable) || isPartOfConstant(parent)
}

function isFieldOfMessage(project, property) {
  const symbol = project.getSymbolIdFromReflection(property)
  return (
    property.parent?.kindOf(ReflectionKind.TypeLiteral) &&
    symbol?.packageName === '@sluice/protocol' &&
    symbol.packagePath.startsWith('src/messages/')
  )
}
