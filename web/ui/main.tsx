import "./style/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { assert } from "../../domain/assert.ts";
import { DEFAULT_SETTINGS, readSettings } from "../store/setting-store.ts";
import { App } from "./app.tsx";
import { database } from "./database.ts";
import { showAppearance } from "./shell/appearance.ts";
import { activateLanguage } from "./words/activate.ts";

/** A browser that keeps no database (some private windows) still shows the page, in its first settings. */
const settings = await readSettings(database).catch(() => DEFAULT_SETTINGS);
showAppearance(settings);
await activateLanguage(settings.language);

const root = document.getElementById("root");
assert(root !== null, "index.html has a root element");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
