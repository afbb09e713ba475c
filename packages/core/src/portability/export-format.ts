/** First line of an export, and what says that a line is the last one. */
export const EXPORT_FORMAT = 'sidetone-export';
export const EXPORT_VERSION = 1;
export const END_KIND = 'end';

/** Of one line. The longest has a settings document whose every character is escaped. */
export const MAX_LINE_CHARACTERS: number = 1024 * 1024;
