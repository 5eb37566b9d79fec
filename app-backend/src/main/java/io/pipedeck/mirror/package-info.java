/**
 * A second PostgreSQL that follows every committed change of {@code pipeline_jobs}: the feed of
 * changes, the process that follows it, reads from the mirror while the primary is away, import
 * from and comparison with another database. Entry points: {@link io.pipedeck.mirror.Mirror},
 * {@link io.pipedeck.mirror.MirrorStatus}, {@link io.pipedeck.mirror.MirrorReads}; the commands use
 * {@link io.pipedeck.mirror.MirrorImport} and {@link io.pipedeck.mirror.MirrorVerify}.
 */
@NullMarked
package io.pipedeck.mirror;

import org.jspecify.annotations.NullMarked;
