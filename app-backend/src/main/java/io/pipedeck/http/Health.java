package io.pipedeck.http;

import io.pipedeck.api.ReadyView;

/** What the health calls tell. */
public interface Health {
  /** Whether the dispatching loop, where there is one, came round in the last 10 seconds. */
  boolean alive();

  /** Each dependency. */
  ReadyView ready();
}
