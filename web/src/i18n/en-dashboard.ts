/** Words of the creator's dashboard. */
export const enDashboard = {
  'dashboard.link': 'Dashboard',
  'dashboard.title': 'Live dashboard',
} as const
