/**
 * The configuration: one immutable tree of records, read once at start from environment, {@code
 * .env}, {@code pipedeck.properties} and flags. Everybody may use it; it uses no other package of
 * ours but {@code api}.
 */
@NullMarked
package io.pipedeck.config;

import org.jspecify.annotations.NullMarked;
