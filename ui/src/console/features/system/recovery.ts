import { useQuery } from '@tanstack/vue-query'
import type { ApiError } from '@/shared/api/client'
import type { RecoveryState } from '@/shared/api/system'
import { api } from '../../session'

export const recoveryKey = ['system', 'recovery'] as const

export function useRecovery(enabled: boolean) {
  return useQuery<RecoveryState, ApiError>({
    enabled,
    queryKey: recoveryKey,
    queryFn: ({ signal }) => api.get<RecoveryState>('/system/recovery', { signal }),
  })
}

/** Makes a recovery code in the place of the one before. It is answered once and never again. */
export async function newRecoveryCode(password: string, giveUpLinks: boolean): Promise<string> {
  return (await api.post<{ recovery_code: string }>('/system/recovery-code', { password, give_up_links: giveUpLinks })).recovery_code
}

/** Brings lost link keys back and answers how many there were; 0 when none was lost and the code fits. */
export async function recover(code: string): Promise<number> {
  return (await api.post<{ keys: number }>('/system/recover', { recovery_code: code })).keys
}

/** What is saved as a file. Its lines end as every editor expects, and `doorward restore` finds the code in it. */
export function codeFile(code: string, origin: string, today: Date): string {
  return [
    'Doorward recovery code',
    `${origin}, ${today.toISOString().slice(0, 10)}`,
    '',
    code,
    '',
    'With it, and a copy of the database, guests’ links that were handed out open again on another box:',
    '  doorward restore --to DATA/doorward.db --recovery-code-file THIS-FILE',
    'or System page, "Enter the recovery code".',
    'Keep it away from the box. A newer code takes its place.',
    '',
  ].join('\r\n')
}
