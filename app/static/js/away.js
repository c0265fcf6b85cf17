// While one step follows the other, what is scrolled out of sight can wait.
export const REST_MS = 450;

/** Which of some parts are out of sight. `lay` is called with each when it comes into sight, and with all of them once
 * nothing has come for a moment. */
export function outOfSight(lay) {
  const away = new Set();
  let rest = 0;

  function layAll() {
    away.forEach(lay);
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
    /** Called with every step: gives the parts that can wait, which what has the focus never does. */
    hold() {
      clearTimeout(rest);
      rest = setTimeout(layAll, REST_MS);
      const focus = document.activeElement;
      return new Set([...away].filter((part) => !part.contains(focus)));
    },
  };
}
