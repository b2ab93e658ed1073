/** The fields of the entry form, by the names the protocol gives them. */
export type FieldName = 'userName' | 'password' | 'displayName' | 'mail'

const rules: Record<FieldName, (value: string) => boolean> = {
  userName: (value) => /^[a-z0-9._-]{3,32}$/.test(value),
  password: (value) => value.length >= 10 && value.length <= 128,
  displayName: (value) => value.trim().length >= 1 && value.length <= 64,
  // Whether mail arrives is what the code in it finds out.
  mail: (value) => value === '' || (/^[^\s@]+@[^\s@]+$/.test(value) && value.length <= 254),
}

/** Whether a new user may have this. */
export const isAllowed = (name: FieldName, value: string): boolean => rules[name](value)
