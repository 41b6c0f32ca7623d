import {
  CommonTableExpressionNameNode,
  CommonTableExpressionNode,
  FromNode,
  type KyselyPlugin,
  type OperationNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  SelectAllNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  WhereNode,
  type WithNode,
} from 'kysely'

export interface Shadows {
  /** Whether this is a table of ours: a query may not bind the name to something else. */
  readonly has: (table: string) => boolean
  /** The condition that picks the visible rows, or undefined where all of them are. Throws for an unknown table. */
  readonly of: (table: string) => OperationNode | undefined
}

/** Puts a WITH clause in front of a select for each table it names. Only named tables: 60 shadows cost 1.2 ms a query. */
export class ShadowTables implements KyselyPlugin {
  readonly #shadows: Shadows
  /** A query that becomes part of another one is given its shadows first, by itself: it has all it needs. */
  readonly #shadowed = new WeakSet<object>()

  constructor(shadows: Shadows) {
    this.#shadows = shadows
  }

  transformQuery({ node }: PluginTransformQueryArgs) {
    if (!SelectQueryNode.is(node)) throw new Error('a reader only selects')
    const expressions = [...tablesIn(node, this.#shadows.has, this.#shadowed)].flatMap((table) => {
      const visible = this.#shadows.of(table)
      return visible === undefined ? [] : [shadow(table, visible)]
    })
    if (expressions.length === 0) return node
    const own = node.with?.expressions ?? []
    const withNode: WithNode = {
      kind: 'WithNode',
      expressions: [...expressions, ...own],
      recursive: node.with?.recursive ?? false,
    }
    const shadowed = Object.freeze({ ...node, with: Object.freeze(withNode) })
    this.#shadowed.add(shadowed)
    return shadowed
  }

  async transformResult({ result }: PluginTransformResultArgs) {
    return result
  }
}

/** `"table" as not materialized (select * from "public"."table" where <visible>)` */
function shadow(table: string, visible: OperationNode): CommonTableExpressionNode {
  const whole = TableNode.createWithSchema('public', table)
  const rows: SelectQueryNode = Object.freeze({
    kind: 'SelectQueryNode',
    from: FromNode.create([whole]),
    selections: Object.freeze([SelectionNode.create(SelectAllNode.create())]),
    where: WhereNode.create(visible),
  })
  const name = CommonTableExpressionNameNode.create(table)
  return Object.freeze({ ...CommonTableExpressionNode.create(name, rows), materialized: false })
}

/** Words after which raw SQL could name a table that nobody would see. */
const readsByText = /\b(from|join|table|using)\b/i

/**
 * Every table a query names, whatever its place. Fails closed: what cannot be looked into throws.
 * A column reference names no table of its own: `c.id` belongs to whatever FROM calls `c`.
 */
function tablesIn(
  query: SelectQueryNode,
  isTable: (name: string) => boolean,
  shadowed: WeakSet<object>,
): Set<string> {
  const named = new Set<string>()
  const bound = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (typeof value !== 'object' || value === null || shadowed.has(value)) return
    const node = value as OperationNode & Record<string, unknown>
    switch (node.kind) {
      case 'ReferenceNode':
      case 'ColumnNode':
      case 'ValueNode':
      case 'PrimitiveValueListNode':
        return
      case 'TableNode': {
        const { schema, identifier } = (node as unknown as TableNode).table
        if (schema !== undefined)
          throw new Error(
            `a reader may not name ${schema.name}.${identifier.name}: the schema hides it from scope`,
          )
        named.add(identifier.name)
        return
      }
      case 'CommonTableExpressionNode': {
        const cte = node as unknown as CommonTableExpressionNode
        const name = cte.name.table.table.identifier.name
        if (isTable(name)) throw new Error(`a WITH clause called ${name} would hide that table from scope`)
        bound.add(name)
        visit(cte.expression)
        return
      }
      case 'RawNode': {
        const raw = node as unknown as {
          sqlFragments: readonly string[]
          parameters: readonly OperationNode[]
        }
        const text = raw.sqlFragments.join(' ? ')
        if (readsByText.test(text))
          throw new Error(`a reader may not name tables in raw SQL: ${text.slice(0, 120)}`)
        visit(raw.parameters)
        return
      }
      default:
        for (const child of Object.values(node)) visit(child)
    }
  }
  visit(query)
  for (const name of bound) named.delete(name)
  return named
}
