//! How a statement is answered: routes, the split into pool queries, and the plan as data that prints itself.

mod node;

pub use node::{
    AggregateNode, HashJoin, JoinKey, JoinMode, Lookup, NestedLoopJoin, Node, NodeId, NodeKind, Partition, PoolParameter,
    PoolQuery, SetNode, Side,
};
