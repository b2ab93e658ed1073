/** The roles an access token carries. The page only shows or hides by them: the server decides. */
export function rolesOf(accessToken: string): string[] {
  try {
    const payload = accessToken.split('.')[1] ?? ''
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const { role } = JSON.parse(text) as { role?: string | string[] }
    return role === undefined ? [] : [role].flat()
  } catch {
    return []
  }
}
