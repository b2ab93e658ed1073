import type { enDashboard } from './en-dashboard'

export const zhDashboard: Record<keyof typeof enDashboard, string> = {
  'dashboard.link': '数据看板',
  'dashboard.title': '实时看板',
}
