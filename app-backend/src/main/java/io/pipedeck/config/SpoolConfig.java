package io.pipedeck.config;

import org.jspecify.annotations.Nullable;

/**
 * What happens while PostgreSQL is away.
 *
 * @param wanted whether jobs are kept on this machine's disk then; null for what the command does:
 *     {@code serve} keeps them, others don't
 * @param maxBytes how much is kept
 */
public record SpoolConfig(@Nullable Boolean wanted, long maxBytes) {}
