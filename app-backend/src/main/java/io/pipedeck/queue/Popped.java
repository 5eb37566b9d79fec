package io.pipedeck.queue;

/** An id that was taken off its queue and not yet started. */
public record Popped(String queue, String id) {}
