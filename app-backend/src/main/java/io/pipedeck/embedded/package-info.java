/**
 * The bundled servers: a real PostgreSQL and a real Redis, run as child processes for whoever has
 * none of his own. Entry points: {@link io.pipedeck.embedded.BundledPostgres} and {@link
 * io.pipedeck.embedded.BundledRedis}; only {@code app} (and tests) start them.
 *
 * <p>Under the data folder:
 *
 * <ul>
 *   <li>{@code runtime/} the unpacked programs, one folder for each build of them
 *   <li>{@code postgres/data} the cluster; {@code redis/} the append-only file
 *   <li>{@code secrets/} a password for each, readable by the user alone
 *   <li>{@code logs/} what they say, at most twice 4 MiB each
 *   <li>{@code postgres.lock}, {@code redis.lock} held by the program that runs them; {@code
 *       redis.pid} which process the last Redis is
 * </ul>
 *
 * <p>Both listen on 127.0.0.1 only, ask for their password, and end when their program ends.
 */
@NullMarked
package io.pipedeck.embedded;

import org.jspecify.annotations.NullMarked;
