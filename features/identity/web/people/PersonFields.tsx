import { Select, TextInput } from '@mantine/core'
import { ROLES, type Role } from '../../../../base/common/api.ts'
import { roleWords } from '../../../../base/web/viewer.ts'

interface Field {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
  readonly description?: string
}

/** The first of its dialog. */
export const NameField = ({
  onChange,
  description = 'As it stands in the record from now on.',
  ...rest
}: Field) => (
  <TextInput
    label="Name"
    description={description}
    onChange={(event) => onChange(event.currentTarget.value)}
    data-autofocus
    {...rest}
  />
)

export const UsernameField = ({
  onChange,
  description = 'Lower-case letters, digits, dot, dash and underscore.',
  ...rest
}: Field) => (
  <TextInput
    label="Username"
    description={description}
    onChange={(event) => onChange(event.currentTarget.value.toLowerCase())}
    autoComplete="off"
    spellCheck={false}
    {...rest}
  />
)

export const EmailField = ({ onChange, ...rest }: Field) => (
  <TextInput
    label="E-mail"
    onChange={(event) => onChange(event.currentTarget.value)}
    autoComplete="off"
    inputMode="email"
    {...rest}
  />
)

export const AccountField = ({
  onChange,
  description = 'The operating-system account they use where nothing else is said. May stay empty.',
  ...rest
}: Field) => (
  <TextInput
    label="Account on servers"
    description={description}
    onChange={(event) => onChange(event.currentTarget.value)}
    spellCheck={false}
    {...rest}
  />
)

interface RoleProps {
  readonly value: Role
  readonly onChange: (role: Role) => void
  readonly error: string | undefined
}

export const RoleField = ({ value, onChange, error }: RoleProps) => (
  <Select
    label="Role"
    data={ROLES.map((one) => ({ value: one, label: roleWords[one] }))}
    value={value}
    onChange={(role) => onChange((role as Role | null) ?? value)}
    allowDeselect={false}
    error={error}
  />
)
