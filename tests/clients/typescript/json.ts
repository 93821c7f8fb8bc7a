/** A JSON value as a source stated it (the scalar `JSON`). */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
