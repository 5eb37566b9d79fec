package io.pipedeck.mirror;

import java.util.Comparator;
import java.util.UUID;

/** The order that PostgreSQL has for uuids; Java's own compares signed halves. */
final class UuidOrder {
  static final Comparator<UUID> BYTES =
      (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0
            ? high
            : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
      };

  private UuidOrder() {}
}
