/** A queue that one reader waits on: what happens to a process, in the order in which it happened. */
export interface Mailbox<T> {
  put(message: T): void;
  /** The next message, or undefined when none came in time. */
  take(milliseconds: number): Promise<T | undefined>;
}

export function createMailbox<T>(): Mailbox<T> {
  const messages: T[] = [];
  let deliver: ((message: T) => void) | undefined;
  return {
    put(message) {
      if (deliver) deliver(message);
      else messages.push(message);
    },
    take(milliseconds) {
      if (messages.length > 0) return Promise.resolve(messages.shift());
      return new Promise((resolve) => {
        const finish = (message?: T): void => {
          clearTimeout(timer);
          deliver = undefined;
          resolve(message);
        };
        const timer = setTimeout(finish, Math.max(0, milliseconds));
        deliver = finish;
      });
    },
  };
}
