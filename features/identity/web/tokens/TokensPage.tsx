import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useList } from '../../../../base/web/client/use-list.ts'
import { ChoiceChip } from '../../../../base/web/filters/ChoiceChip.tsx'
import { FilterBar } from '../../../../base/web/filters/FilterBar.tsx'
import { useUrlFilter } from '../../../../base/web/filters/use-url-filter.ts'
import { Plate } from '../../../../base/web/parts/Plate.tsx'
import { ReadError } from '../../../../base/web/parts/ReadError.tsx'
import { ColumnsMenu } from '../../../../base/web/table/ColumnsMenu.tsx'
import type { Line } from '../../../../base/web/table/column.ts'
import { RecordTable } from '../../../../base/web/table/RecordTable.tsx'
import { Skeleton } from '../../../../base/web/table/Skeleton.tsx'
import { allWords } from '../../../../base/web/time.ts'
import { useViewer } from '../../../../base/web/viewer.ts'
import { type Token, TokenKind, TokenState } from '../../common/token.ts'
import { identity } from '../client.ts'
import { Frame } from '../Frame.tsx'
import { personChoices } from '../person-choices.ts'
import { peopleViews, profileViews } from '../views.ts'
import { phoneRow, tokenColumns } from './columns.tsx'
import type { ServerChoices } from './ServerRules.tsx'
import { TokenDetail } from './TokenDetail.tsx'
import { NewTokenDialog } from './TokenDialog.tsx'
import { kindWords, tokenLooks } from './token-looks.ts'

const idOf = (row: Token) => row.id
const states = TokenState.options.map((value) => ({ value, label: tokenLooks[value].word }))
const kinds = TokenKind.options.map((value) => ({ value, label: kindWords[value] }))
const oneOf = <T extends string>(options: readonly T[], value: string | undefined) =>
  options.find((option) => option === value)

interface Props {
  readonly choices: ServerChoices
  /** One's own tokens, also for those who see all. */
  readonly own: boolean
}

/** Tokens: everyone's for administrators and auditors, or one's own. */
export function TokensPage({ choices, own }: Props) {
  const viewer = useViewer()
  const [filter, change] = useUrlFilter()
  const text = filter['text'] ?? ''
  const state = oneOf(TokenState.options, filter['state'])
  const kind = own ? undefined : oneOf(TokenKind.options, filter['kind'])
  const personId = own ? viewer.id : filter['personId']
  const input = useMemo(
    () => ({
      limit: 100,
      ...(text !== '' && { text }),
      ...(state !== undefined && { state }),
      ...(kind !== undefined && { kind }),
      ...(personId !== undefined && { personId }),
    }),
    [text, state, kind, personId],
  )
  const { rows, error, isPending, again, more } = useList<Token>(['token.list', input], (cursor, signal) =>
    identity.read('token.list', { ...input, ...cursor }, signal),
  )
  const lines = useMemo(() => rows?.map((row): Line<Token> => ({ kind: 'row', row })) ?? [], [rows])
  const columns = useMemo(() => tokenColumns(own), [own])
  const set = [text === '' ? undefined : text, state, kind, own ? undefined : personId].filter(
    (value) => value !== undefined,
  ).length
  const label = own ? 'My tokens' : 'Tokens'
  const canMake = own || viewer.role === 'admin'
  return (
    <>
      <Frame
        title={own ? 'My tokens' : 'People and tokens'}
        views={own ? profileViews('Tokens') : peopleViews('Tokens')}
      >
        {canMake && (
          <Button
            variant="filled"
            leftSection={<IconPlus size={14} />}
            onClick={() => change({ new: 'token' })}
          >
            Make a token
          </Button>
        )}
      </Frame>
      <FilterBar
        search="Search names of tokens"
        text={text}
        onText={(words) => change({ text: words === '' ? undefined : words })}
        setCount={set}
        isDated
        right={<ColumnsMenu name="tokens-of-people" columns={columns} />}
      >
        <ChoiceChip
          label="State"
          value={state}
          choices={states}
          onChange={(value) => change({ state: value })}
        />
        {!own && (
          <>
            <ChoiceChip
              label="Kind"
              value={kind}
              choices={kinds}
              onChange={(value) => change({ kind: value })}
            />
            <ChoiceChip
              label="Whose"
              value={personId}
              choices={personChoices}
              onChange={(value) => change({ personId: value })}
            />
          </>
        )}
      </FilterBar>
      {error !== null ? (
        <ReadError what="The list of tokens" error={error} onAgain={again} />
      ) : isPending ? (
        <Skeleton name="tokens-of-people" label={label} columns={columns} />
      ) : lines.length === 0 ? (
        <Plate kind="empty" title={set > 0 ? 'No token like that' : 'No tokens'}>
          <p>
            {set > 0
              ? 'Take a filter out to see more.'
              : 'With a token a program can do some of what you may, and nothing you did not name.'}
          </p>
        </Plate>
      ) : (
        <RecordTable
          name="tokens-of-people"
          label={label}
          columns={columns}
          lines={lines}
          idOf={idOf}
          titleOf={(row) => row.name}
          phone={phoneRow}
          detail={(row) => <TokenDetail token={row} choices={choices} />}
          openId={filter['open'] ?? null}
          onOpen={(id) => change({ open: id ?? undefined })}
          more={more}
          foot={more.has ? undefined : allWords(lines.length, 'token')}
        />
      )}
      {filter['new'] === 'token' && canMake && (
        <NewTokenDialog choices={choices} onClose={() => change({ new: undefined })} />
      )}
    </>
  )
}
