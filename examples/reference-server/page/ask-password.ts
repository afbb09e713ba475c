import { find } from './element.js';

/** Asks for the password of a channel; `null` when nobody wants to say it. */
export function askPassword(): Promise<string | null> {
  const dialog = find('password-dialog', HTMLDialogElement);
  const field = find('channel-password', HTMLInputElement);
  field.value = '';
  dialog.returnValue = 'cancel';
  dialog.showModal();
  return new Promise((resolve) => {
    const closed = (): void => {
      resolve(dialog.returnValue === 'join' ? field.value : null);
      field.value = '';
    };
    dialog.addEventListener('close', closed, { once: true });
  });
}
