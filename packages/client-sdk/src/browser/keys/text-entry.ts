/** Types of `input` that no text is typed into. */
const WITHOUT_TEXT = new Set([
  'button',
  'checkbox',
  'color',
  'file',
  'hidden',
  'image',
  'radio',
  'range',
  'reset',
  'submit',
]);
const TEXT_ROLES = new Set(['textbox', 'searchbox', 'combobox', 'spinbutton']);
/** Keys with a name that change what is in a field, or where in it one writes. */
const EDITING_KEYS = new Set([
  'AltGraph',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'Backspace',
  'Dead',
  'Delete',
  'End',
  'Enter',
  'Home',
  'Insert',
  'PageDown',
  'PageUp',
  'Process',
  'Shift',
  'Tab',
]);

/** What is asked of an element, whatever window it is of. */
interface FieldLike {
  readonly localName?: string;
  readonly type?: string;
  readonly isContentEditable?: boolean;
  readonly ownerDocument?: { readonly designMode?: string } | null;
  getAttribute?(name: string): string | null;
}

/** The key would be typed: it writes or edits, and what has the focus is a field. */
export function isTyped(event: KeyboardEvent): boolean {
  if (event.isComposing) return true;
  return writes(event.key) && isField(innermost(event));
}

/** Of the open shadow trees that the event passes, the field is in the innermost. */
function innermost(event: KeyboardEvent): FieldLike | null {
  return (event.composedPath()[0] ?? event.target) as FieldLike | null;
}

function writes(key: string): boolean {
  return [...key].length === 1 || EDITING_KEYS.has(key);
}

function isField(element: FieldLike | null): boolean {
  if (element === null) return false;
  if (element.isContentEditable === true || element.ownerDocument?.designMode === 'on') return true;
  if (TEXT_ROLES.has(element.getAttribute?.('role') ?? '')) return true;
  switch (element.localName) {
    case 'textarea':
    case 'select':
      return true;
    case 'input':
      return !WITHOUT_TEXT.has(element.type ?? 'text');
    default:
      return false;
  }
}
