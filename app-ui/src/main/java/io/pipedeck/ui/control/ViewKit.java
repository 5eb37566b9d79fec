package io.pipedeck.ui.control;

import io.pipedeck.ui.text.Amounts;
import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;
import java.time.Instant;
import javafx.beans.value.ObservableValue;

/**
 * What every view needs to write words and figures.
 *
 * @param now ticks while the window is seen
 */
public record ViewKit(
    Texts texts,
    Amounts amounts,
    JobWords words,
    ActionControls actions,
    Views views,
    ObservableValue<Instant> now) {}
