// While one step follows the other, what is scrolled out of sight is not laid out: the numbers are set in it all the
// same, and it is there again once nothing has come for a moment, when it comes into sight, or while it has the focus.
const REST_MS = 450;

const lay = (part) => part.style.removeProperty("content-visibility");
const lift = (part) => part.style.setProperty("content-visibility", "hidden");

export function outOfSight() {
  const away = new Set();
  let rest = 0;

  function layAll() {
    for (const part of away) lay(part);
  }

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) away.add(target);
      else if (away.delete(target)) lay(target);
    }
  }, { scrollMargin: "100px" });

  return {
    /** The parts that may be out of sight, in place of those before. */
    watch(parts) {
      layAll();
      away.clear();
      observer.disconnect();
      for (const part of parts) observer.observe(part);
    },
    /** Called with every step. */
    hold() {
      clearTimeout(rest);
      rest = setTimeout(layAll, REST_MS);
      for (const part of away) if (!part.contains(document.activeElement)) lift(part);
    },
  };
}
