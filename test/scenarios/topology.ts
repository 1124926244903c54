/** Processes by role that docker-compose.yml starts; one gateway leads, the other stands by. */
export const topology = { gateway: 2, worker: 2 } as const;
