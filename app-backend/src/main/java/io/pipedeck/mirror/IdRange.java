package io.pipedeck.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some of a table's ids.
 *
 * @param after the id before the first, empty from the beginning on
 * @param last the last id that belongs to it, empty to the end
 */
record IdRange(Optional<UUID> after, Optional<UUID> last) {
  /** The same with another beginning. */
  IdRange from(Optional<UUID> place) {
    return new IdRange(place, last);
  }

  /** As a condition on the rows {@code j}. */
  String condition() {
    return (after.isPresent() ? "j.id > ?" : "true") + (last.isPresent() ? " AND j.id <= ?" : "");
  }

  /** What is to be bound to the condition; a list that may be added to. */
  List<@Nullable Object> values() {
    List<@Nullable Object> values = new ArrayList<>();
    after.ifPresent(values::add);
    last.ifPresent(values::add);
    return values;
  }
}
