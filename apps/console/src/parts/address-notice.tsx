import { hrefWith, place, search } from "../location.js";
import { notUnderstood } from "../not-understood.js";
import { Notice } from "./notice.js";

/**
 * Names what the address says and the page does not understand: a filter that is passed over would make the page show
 * something else.
 */
export function AddressNotice() {
  const parts = notUnderstood(place.value.page, search.value);
  if (parts.length === 0) return null;
  return (
    <div class="address-notice">
      <Notice kind="warn" title="Something in this address is not understood and was ignored">
        <ul>
          {parts.map(({ name, value, why, meant }, index) => (
            <li key={index}>
              <code>
                {name}={value}
              </code>{" "}
              {why}
              {meant !== undefined && (
                <>
                  {" "}
                  Did you mean <a href={hrefWith({ [name]: undefined, [meant]: value })}>{meant}</a>?
                </>
              )}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
