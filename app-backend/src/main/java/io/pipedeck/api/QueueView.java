package io.pipedeck.api;

/** A queue and how many jobs it has in each status. */
public record QueueView(String name, Counts counts) {}
