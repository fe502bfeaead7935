import { Application, ReflectionKind } from 'typedoc'

/*
 * A plugin for typedoc: three kinds of names need no comment. Properties of a constant whose type is inferred, since the
 * defaults of options are documented at the option; the fields in descriptions of messages, which are Kafka's own; and
 * what the drop-in for kafkajs takes from kafkajs, which is documented there.
 */

export function load(app) {
  app.on(Application.EVENT_PROJECT_REVIVE, (project) => {
    const properties = project
      .getReflectionsByKind(ReflectionKind.Property)
      .filter((property) => isPartOfConstant(property) || isFieldOfMessage(project, property))
      // Those whose names are numbers are not asked for.
      .filter(({ name }) => !/^\d+$/.test(name))
    const ofKafkajs = project
      .getReflectionsByKind(ReflectionKind.Variable)
      .filter((variable) => isOfKafkajs(project, variable))
    const names = [...properties, ...ofKafkajs]
      .filter((reflection) => !reflection.hasComment())
      .map((reflection) => reflection.getFriendlyFullName())
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
    ['@sluice/protocol', '@sluice/embedded-broker'].includes(symbol?.packageName) &&
    symbol.packagePath.startsWith('src/messages/')
  )
}

function isOfKafkajs(project, variable) {
  const symbol = project.getSymbolIdFromReflection(variable)
  return (
    symbol?.packageName === '@sluice/kafkajs' &&
    symbol.packagePath.startsWith('src/adapter/original/')
  )
}
