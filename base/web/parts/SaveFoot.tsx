import { Button } from '@mantine/core'

interface Props {
  /** What was refused and belongs to no field. */
  readonly refusal: string | undefined
  readonly isChanged: boolean
  readonly isPending: boolean
  readonly readOnly?: boolean
  readonly className?: string
}

/** The end of a form of settings: what was refused, and the button that saves. Who may not change it sees no button. */
export function SaveFoot({ refusal, isChanged, isPending, readOnly = false, className }: Props) {
  return (
    <>
      {refusal !== undefined && (
        <p className="form-error" role="alert">
          {refusal}
        </p>
      )}
      {!readOnly && (
        <div className={className}>
          <Button
            type="submit"
            variant={isChanged ? 'filled' : 'default'}
            disabled={!isChanged}
            loading={isPending}
          >
            Save
          </Button>
        </div>
      )}
    </>
  )
}
