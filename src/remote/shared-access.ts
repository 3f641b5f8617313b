import type { ClientSettings } from "./clients.js";

/** Makes a client on first use; whoever asks for the same name gets the same one. */
export type SharedClients = <T>(name: string, make: () => T) => T;

export function sharedClients(): SharedClients {
  const made = new Map<string, unknown>();
  return <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make());
    // The name says which kind it is.
    return made.get(name) as T;
  };
}

export interface SharedAccess {
  settings: () => ClientSettings;
  clients: SharedClients;
  /** To be called once by each who took it; the last one lets the sockets go. */
  release: () => void;
}

/**
 * Lets stages that are reached the same way share sockets, credentials and clients, as long as one of them is open: a hundred stages of one
 * account ask for one MFA code, not a hundred.
 */
export function sharedAccesses(): (key: string, make: () => ClientSettings) => SharedAccess {
  const open = new Map<string, { made?: ClientSettings; clients: SharedClients; users: number }>();
  return (key, make) => {
    const access = open.get(key) ?? { clients: sharedClients(), users: 0 };
    open.set(key, access);
    access.users += 1;
    return {
      settings: () => {
        access.made ??= make();
        return access.made;
      },
      clients: access.clients,
      release: () => {
        access.users -= 1;
        if (access.users > 0) return;
        open.delete(key);
        access.made?.requestHandler.destroy();
      },
    };
  };
}
