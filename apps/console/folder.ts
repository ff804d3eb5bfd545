import { fileURLToPath } from "node:url";

/** Where `npm run build:console` leaves the built page: `index.html`, and `assets/` whose names change with their content. */
export const CONSOLE_FOLDER: string = fileURLToPath(new URL("./dist", import.meta.url));
