import { tellShards } from '../real/shards.stories.ts';

tellShards({ tenants: 1_000, maxSkew: 100 });
