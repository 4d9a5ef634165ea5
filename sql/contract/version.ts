/** limpet's version, the same as in package.json (a test compares them): workerd reads no files. */
export const version = '0.1.0';
