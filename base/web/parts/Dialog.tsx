import { Button, Modal } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'

interface Props {
  readonly title: string
  readonly onClose: () => void
  readonly onSubmit: () => void
  /** The verb that names the effect. */
  readonly submit: string
  readonly isBusy: boolean
  /** What is wrong with no single field. */
  readonly problem?: string | undefined
  readonly danger?: boolean
  readonly width?: number
  readonly children: ReactNode
}

/** A form on top of the page. */
export function Dialog(props: Props) {
  const { title, onClose, onSubmit, submit, isBusy, problem, danger = false, width = 460, children } = props
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isBusy) onSubmit()
  }
  return (
    <Modal opened onClose={onClose} title={title} size={width}>
      <form className="form" onSubmit={send}>
        {children}
        {problem !== undefined && (
          <p className="form-error" role="alert">
            {problem}
          </p>
        )}
        <div className="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" className={danger ? 'danger' : ''} loading={isBusy}>
            {submit}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
