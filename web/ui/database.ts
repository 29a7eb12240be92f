import { openDatabase } from "../store/database.ts";

/** The screens' own handle to this browser's database. */
export const database = openDatabase();
