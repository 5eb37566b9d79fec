/**
 * PostgreSQL: the pool, visible transactions, one place where {@code SQLException} becomes ours,
 * and the migrations. Knows no job. Entry point: {@link io.pipedeck.db.Database}.
 */
@NullMarked
package io.pipedeck.db;

import org.jspecify.annotations.NullMarked;
