import { computed, signal } from "@preact/signals";
import { changeQuery, placeOf, type QueryChanges } from "./place.js";

const here = signal({ path: window.location.pathname, search: window.location.search });

/** The place that the address names. */
export const place = computed(() => placeOf(here.value.path));
export const path = computed(() => here.value.path);
export const search = computed(() => here.value.search);
const query = computed(() => new URLSearchParams(search.value));

/** A value of the address's query; reading it inside a component subscribes to it. */
export function queryValue(name: string): string | undefined {
  return query.value.get(name) ?? undefined;
}

/** Goes to an address of the console. `replace` leaves no step to come back to: for what changes as one types. */
export function go(to: string, options: { readonly replace?: boolean } = {}): void {
  const from = window.location.pathname;
  if (options.replace === true) window.history.replaceState(null, "", to);
  else window.history.pushState(null, "", to);
  readAddress();
  if (window.location.pathname === from) return;
  window.scrollTo(0, 0);
  // A person who does not see the page is told of the new one as of a loaded one.
  document.getElementById("main")?.focus({ preventScroll: true });
}

/** Changes values of the query and stays on the page. */
export function setQuery(changes: QueryChanges, options: { readonly replace?: boolean } = { replace: true }): void {
  go(`${here.peek().path}${changeQuery(here.peek().search, changes)}`, options);
}

/** Where a link leads that changes values of the query. */
export function hrefWith(changes: QueryChanges): string {
  return `${here.value.path}${changeQuery(here.value.search, changes)}`;
}

/** Makes links inside the console change the address without loading the page anew. */
export function followLinks(): void {
  window.addEventListener("popstate", readAddress);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (link === null || elsewhere || event.defaultPrevented) return;
    if (link.target !== "" || link.origin !== window.location.origin || link.getAttribute("href")?.startsWith("#"))
      return;
    if (placeOf(link.pathname).page === "unknown") return;
    event.preventDefault();
    go(`${link.pathname}${link.search}`);
  });
}

function readAddress(): void {
  here.value = { path: window.location.pathname, search: window.location.search };
}
