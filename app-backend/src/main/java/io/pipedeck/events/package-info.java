/**
 * Live events: who watches hears of changed jobs, from this process and, through Redis, from all
 * others. Nothing here is durable. Entry point: {@link io.pipedeck.events.EventHub}.
 */
@NullMarked
package io.pipedeck.events;

import org.jspecify.annotations.NullMarked;
