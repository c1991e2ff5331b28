import { tellShards } from '../real/shards.stories.ts';

tellShards({ tenants: 3_000, maxSkew: 100 });
