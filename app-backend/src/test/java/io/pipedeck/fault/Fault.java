package io.pipedeck.fault;

import java.time.Duration;

/** Something that goes wrong, and how it is put right again. */
interface Fault {
  /** As the table and {@code -Dfaults.only=} have it. */
  String name();

  /** Breaks it. */
  void inject(World world) throws Exception;

  /** Puts it right; called once after each {@link #inject}, also after one that failed. */
  void heal(World world) throws Exception;

  /** How long it lasts at least. */
  default Duration lasts() {
    return Duration.ofSeconds(6);
  }

  /** Whether the API process itself is the victim, so that no answer can be expected. */
  default boolean silencesApi() {
    return false;
  }

  /** Whether a store is away: what {@code Outages} promise holds. */
  default boolean isOutage() {
    return false;
  }

  /** Whether it can be done on this machine. */
  default boolean possible(World world) {
    return true;
  }
}
