package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;
import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.layout.ColumnFill;
import java.util.List;
import java.util.UUID;
import javafx.collections.ListChangeListener;
import javafx.css.PseudoClass;
import javafx.geometry.Orientation;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.ScrollBar;
import javafx.scene.control.TableRow;
import javafx.scene.control.TableView;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/** The table of the list: rows, selection by id, and the scroll position that new rows respect. */
final class JobTable {
  private static final double ROW_HEIGHT = 36;
  private static final PseudoClass GONE = PseudoClass.getPseudoClass("gone");

  private final TableView<JobRow> table;
  private final JobsViewModel model;
  private final ViewKit kit;
  private final List<Command> onJob;
  private boolean applying;

  JobTable(TableView<JobRow> table, JobsViewModel model, ViewKit kit, List<Command> onJob) {
    this.table = table;
    this.model = model;
    this.kit = kit;
    this.onJob = onJob;
  }

  void wire() {
    table.setFixedCellSize(ROW_HEIGHT);
    table.getColumns().setAll(new JobColumns(kit).all());
    table.setItems(model.rows());
    table.setTableMenuButtonVisible(true);
    table.setRowFactory(_ -> new Row());
    new ColumnFill(table).wire();
    wireSelection();
    table.skinProperty().subscribe(_ -> table.applyCss());
    table.skinProperty().subscribe(_ -> watchScroll());
  }

  /** Brings in the jobs that wait above, and goes to them. */
  void showNew() {
    model.showNew();
    table.scrollTo(0);
  }

  private void wireSelection() {
    var selection = table.getSelectionModel();
    selection
        .selectedItemProperty()
        .subscribe(
            row -> {
              if (!applying && row != null) {
                model.selectedProperty().set(row.id());
              }
            });
    model.selectedProperty().subscribe(id -> select(id));
    model
        .rows()
        .addListener((ListChangeListener<JobRow>) _ -> select(model.selectedProperty().get()));
  }

  /**
   * The table follows the model: it would otherwise drop or move the selection as rows come and go.
   */
  private void select(@Nullable UUID id) {
    var selection = table.getSelectionModel();
    JobRow current = selection.getSelectedItem();
    if (id == null) {
      selection.clearSelection();
      return;
    }
    if (current != null && current.id().equals(id)) {
      return;
    }
    applying = true;
    try {
      for (int i = 0; i < model.rows().size(); i++) {
        if (model.rows().get(i).id().equals(id)) {
          selection.clearAndSelect(i);
          return;
        }
      }
      selection.clearSelection();
    } finally {
      applying = false;
    }
  }

  private void watchScroll() {
    for (var node : table.lookupAll(".scroll-bar")) {
      if (node instanceof ScrollBar bar && bar.getOrientation() == Orientation.VERTICAL) {
        bar.valueProperty().subscribe(value -> scrolled(bar, value.doubleValue()));
        bar.visibleProperty().subscribe(_ -> scrolled(bar, bar.getValue()));
      }
    }
  }

  private void scrolled(ScrollBar bar, double value) {
    model.atTopProperty().set(!bar.isVisible() || value <= 0.0001);
    if (bar.isVisible() && value > 0.98) {
      model.loadMore();
    }
  }

  private final class Row extends TableRow<JobRow> {
    private final ContextMenu menu = new ContextMenu();
    private Subscription gone = Subscription.EMPTY;

    Row() {
      menu.getItems().setAll(onJob.stream().map(kit.actions()::menuItem).toList());
    }

    @Override
    protected void updateItem(@Nullable JobRow row, boolean empty) {
      super.updateItem(row, empty);
      gone.unsubscribe();
      if (empty || row == null) {
        setContextMenu(null);
        setAccessibleText(null);
        pseudoClassStateChanged(GONE, false);
        return;
      }
      setContextMenu(menu);
      setAccessibleText(spoken(row.job()));
      gone = row.goneProperty().subscribe(now -> pseudoClassStateChanged(GONE, now));
    }

    private String spoken(JobView job) {
      return kit.words().status(job.status()) + ", " + JobNames.of(job);
    }
  }
}
