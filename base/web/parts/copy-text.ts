import { notifications } from '@mantine/notifications'

/**
 * Puts text on the clipboard and says so with `said`, where it is given. Where the browser refuses, that is said instead.
 * @returns whether it was copied
 */
export async function copyText(text: string, said?: string): Promise<boolean> {
  const isCopied = isSecureContext
    ? await navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      )
    : copyByEvent(text)
  const message = isCopied ? said : 'The browser did not let it be copied. Mark the text and copy it by hand.'
  if (message !== undefined) notifications.show({ message })
  return isCopied
}

/** Browsers have a clipboard for pages of https and of their own machine; elsewhere the way they had before is taken. */
function copyByEvent(text: string): boolean {
  let isTaken = false
  const give = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    isTaken = true
  }
  document.addEventListener('copy', give)
  document.execCommand('copy')
  document.removeEventListener('copy', give)
  return isTaken
}
